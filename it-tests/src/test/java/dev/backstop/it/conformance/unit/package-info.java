/** A persistence unit that is the application's own affair. */
@NullMarked
package dev.backstop.it.conformance.unit;

import org.jspecify.annotations.NullMarked;
