package dev.backstop.it.conformance;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.PrintWriter;

/** Answers a line of text, or tells with all of its causes what it met. */
public abstract class TextServlet extends HttpServlet {
  /** For the subclasses. */
  protected TextServlet() {}

  /** The answer to a request. */
  protected abstract String answer(HttpServletRequest request) throws Exception;

  @Override
  protected final void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    try {
      String answer = answer(request);
      response.getWriter().print(answer);
    } catch (Exception | LinkageError failure) {
      response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      PrintWriter writer = response.getWriter();
      failure.printStackTrace(writer);
    }
  }
}
