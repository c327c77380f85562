package dev.backstop.examples.projectmanager;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is read of a task to gather a project. */
record TaskRow(
    long id,
    @Nullable Long parent,
    long project,
    String title,
    int estimate,
    boolean done,
    int version,
    Instant created) {}
