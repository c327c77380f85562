/**
 * Backstop in a container of CDI: what is injected, what an application may produce, and its life.
 */
@NullMarked
package dev.backstop.cdi;

import org.jspecify.annotations.NullMarked;
