@NullMarked
package dev.backstop.annotation;

import org.jspecify.annotations.NullMarked;
