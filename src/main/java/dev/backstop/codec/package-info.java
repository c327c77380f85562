/** How values become the bytes of a backup. */
@NullMarked
package dev.backstop.codec;

import org.jspecify.annotations.NullMarked;
