@NullMarked
package dev.backstop.cdi;

import org.jspecify.annotations.NullMarked;
