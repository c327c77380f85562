/**
 * Caches of JSR-107 as tiers below a backed cache, and backups behind the caches of a provider.
 * Only who uses this package needs {@code javax.cache}.
 */
@NullMarked
package dev.backstop.jcache;

import org.jspecify.annotations.NullMarked;
