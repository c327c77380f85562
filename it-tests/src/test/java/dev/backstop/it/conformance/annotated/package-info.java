/** A bean whose methods are annotated, ours and JSR-107's. */
@NullMarked
package dev.backstop.it.conformance.annotated;

import org.jspecify.annotations.NullMarked;
