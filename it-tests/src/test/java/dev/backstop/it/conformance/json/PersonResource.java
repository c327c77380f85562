package dev.backstop.it.conformance.json;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** Answers with a bean. */
@Path("/person")
public class PersonResource {
  /** A person. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public Person person() {
    return new Person();
  }
}
