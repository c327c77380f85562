/** The integration tests, and the real servers that they run against. */
@NullMarked
package dev.backstop.it;

import org.jspecify.annotations.NullMarked;
