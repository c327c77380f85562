/** The tiered cache: what a get does, flights, stand-in, and changes. */
@NullMarked
package dev.backstop.core;

import org.jspecify.annotations.NullMarked;
