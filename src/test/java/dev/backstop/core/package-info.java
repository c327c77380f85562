/** Tests of the tiered cache's parts, beside them. */
@NullMarked
package dev.backstop.core;

import org.jspecify.annotations.NullMarked;
