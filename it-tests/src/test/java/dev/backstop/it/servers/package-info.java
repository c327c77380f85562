/** Real Jakarta EE servers, each a process of its own, and what must hold on every one of them. */
@NullMarked
package dev.backstop.it.servers;

import org.jspecify.annotations.NullMarked;
