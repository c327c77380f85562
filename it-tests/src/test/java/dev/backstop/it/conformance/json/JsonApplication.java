package dev.backstop.it.conformance.json;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Has its resources found. */
@ApplicationPath("/json")
public class JsonApplication extends Application {}
