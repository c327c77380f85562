/**
 * What is deployed to the servers: part of web applications that {@link dev.backstop.it.servers}
 * puts together, never run by the tests' own JVM.
 */
@NullMarked
package dev.backstop.it.conformance;

import org.jspecify.annotations.NullMarked;
