/** Starts the application on a server for {@code -Ptry}. It is not in the WAR. */
@NullMarked
package dev.backstop.examples.projectmanager.launch;

import org.jspecify.annotations.NullMarked;
