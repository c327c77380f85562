/** Settings that are not in the code: their names, where they come from, what they set. */
@NullMarked
package dev.backstop.config;

import org.jspecify.annotations.NullMarked;
