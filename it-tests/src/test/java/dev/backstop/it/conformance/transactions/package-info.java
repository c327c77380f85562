/** Callers of an injected cache in the middle of a transaction of their own. */
@NullMarked
package dev.backstop.it.conformance.transactions;

import org.jspecify.annotations.NullMarked;
