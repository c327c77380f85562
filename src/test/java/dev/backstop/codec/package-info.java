/** Codecs alone, without a cache. */
@NullMarked
package dev.backstop.codec;

import org.jspecify.annotations.NullMarked;
