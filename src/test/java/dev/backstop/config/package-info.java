@NullMarked
package dev.backstop.config;

import org.jspecify.annotations.NullMarked;
