/**
 * The public face of Backstop: a cache that stands in when its source fails.
 *
 * <p>Start at {@link dev.backstop.Backstop#builder()}; {@link dev.backstop.BackedCache} says what a
 * {@code get} does.
 */
@NullMarked
package dev.backstop;

import org.jspecify.annotations.NullMarked;
