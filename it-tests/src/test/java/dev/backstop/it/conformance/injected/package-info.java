/** An application that has its caches injected. */
@NullMarked
package dev.backstop.it.conformance.injected;

import org.jspecify.annotations.NullMarked;
