/**
 * The project manager: employees, tasks that are parts of other tasks, and a page per employee that
 * gathers them into projects through Backstop.
 */
@NullMarked
package dev.backstop.examples.projectmanager;

import org.jspecify.annotations.NullMarked;
