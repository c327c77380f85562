/** An application that does without Backstop what pins class loaders of itself. */
@NullMarked
package dev.backstop.it.conformance.control;

import org.jspecify.annotations.NullMarked;
