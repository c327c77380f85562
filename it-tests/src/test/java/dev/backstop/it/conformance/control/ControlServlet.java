package dev.backstop.it.conformance.control;

import dev.backstop.it.conformance.TextServlet;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServletRequest;

/** Uses a bean: Weld keeps a reference to the last request of a thread of WildFly's. */
@WebServlet("/use")
public class ControlServlet extends TextServlet {
  @Inject private Bean bean;

  @Override
  protected String answer(HttpServletRequest request) {
    return "equal: " + bean.compares("text");
  }
}
