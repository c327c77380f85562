/**
 * Caches by annotations, in a container of CDI: {@link dev.backstop.annotation.Backed} makes a
 * loader of a method. Classes whose names begin with Standard are those of JSR-107.
 */
@NullMarked
package dev.backstop.annotation;

import org.jspecify.annotations.NullMarked;
