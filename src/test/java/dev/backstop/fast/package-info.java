/** Tests of the fast tier, beside it. */
@NullMarked
package dev.backstop.fast;

import org.jspecify.annotations.NullMarked;
