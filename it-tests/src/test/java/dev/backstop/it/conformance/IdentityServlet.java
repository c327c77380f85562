package dev.backstop.it.conformance;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;

/** Tells which deployment this is. */
@WebServlet("/identity")
public class IdentityServlet extends TextServlet {
  @Override
  protected String answer(HttpServletRequest request) {
    return Settings.get("identity");
  }
}
