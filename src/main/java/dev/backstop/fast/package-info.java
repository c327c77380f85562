/** The fast tier: Ehcache in this process. */
@NullMarked
package dev.backstop.fast;

import org.jspecify.annotations.NullMarked;
