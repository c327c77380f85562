/** Tests of the codecs, beside them. */
@NullMarked
package dev.backstop.codec;

import org.jspecify.annotations.NullMarked;
