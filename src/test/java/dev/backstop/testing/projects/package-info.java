/** An application that asks Backstop whether its own tables changed. */
package dev.backstop.testing.projects;
