/** What applications do with their caches, however they come by them. */
@NullMarked
package dev.backstop.it.conformance.caches;

import org.jspecify.annotations.NullMarked;
