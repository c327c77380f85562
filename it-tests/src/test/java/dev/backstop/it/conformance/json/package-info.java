/** A resource whose JSON is the server's own. */
@NullMarked
package dev.backstop.it.conformance.json;

import org.jspecify.annotations.NullMarked;
