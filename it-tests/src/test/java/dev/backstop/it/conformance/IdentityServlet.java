package dev.backstop.it.conformance;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** Tells which deployment this is. */
@WebServlet("/identity")
public class IdentityServlet extends TextServlet {
  @Override
  public void init() {
    Objects.requireNonNull(Copy.ONLY);
  }

  @Override
  protected String answer(HttpServletRequest request) {
    return Settings.get("identity");
  }
}
