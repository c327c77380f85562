/** An entity whose changes are noted. */
@NullMarked
package dev.backstop.it.conformance.noted;

import org.jspecify.annotations.NullMarked;
