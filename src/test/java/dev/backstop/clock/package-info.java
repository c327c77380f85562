/** Tests of the clocks, beside them. */
@NullMarked
package dev.backstop.clock;

import org.jspecify.annotations.NullMarked;
