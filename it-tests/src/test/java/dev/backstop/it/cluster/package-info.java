/** Several JVMs on one database, as the nodes of one application. */
@NullMarked
package dev.backstop.it.cluster;

import org.jspecify.annotations.NullMarked;
