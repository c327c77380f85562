package dev.backstop.examples.projectmanager;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;

/** What the server itself refuses, on a page like the others. */
@WebServlet("/problem")
public class ProblemServlet extends HttpServlet {
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    boolean ours = Objects.equals(status, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    Views.problem(request, response, ours ? Problem.ours() : Problem.noPage());
  }
}
