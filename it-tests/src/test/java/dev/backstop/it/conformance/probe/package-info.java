/** Tells what there is in the server's Java. */
@NullMarked
package dev.backstop.it.conformance.probe;

import org.jspecify.annotations.NullMarked;
