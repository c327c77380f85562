/** An application that opens a Backstop itself. */
@NullMarked
package dev.backstop.it.conformance.caches;

import org.jspecify.annotations.NullMarked;
