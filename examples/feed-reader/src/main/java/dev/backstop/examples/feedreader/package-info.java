/**
 * Reads feeds over HTTP through Backstop, and shows where each answer came from while the source
 * dies, hangs, answers nonsense and comes back.
 */
@NullMarked
package dev.backstop.examples.feedreader;

import org.jspecify.annotations.NullMarked;
