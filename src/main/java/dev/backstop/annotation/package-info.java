/**
 * Caches by annotations, in a container of CDI: {@link dev.backstop.annotation.Backed} makes a
 * loader of a method.
 */
@NullMarked
package dev.backstop.annotation;

import org.jspecify.annotations.NullMarked;
