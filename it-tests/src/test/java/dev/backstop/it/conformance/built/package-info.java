/** An application that opens a Backstop itself. */
@NullMarked
package dev.backstop.it.conformance.built;

import org.jspecify.annotations.NullMarked;
