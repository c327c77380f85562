/** Caches of JSR-107 as tiers. Only who uses this package needs {@code javax.cache}. */
@NullMarked
package dev.backstop.jcache;

import org.jspecify.annotations.NullMarked;
