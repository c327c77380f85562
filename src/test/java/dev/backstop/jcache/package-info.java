/** Tests of the tiers that are caches of JSR-107, beside them. */
@NullMarked
package dev.backstop.jcache;

import org.jspecify.annotations.NullMarked;
