package dev.backstop.examples.projectmanager;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** The page of a task, and what its buttons do. */
@WebServlet("/tasks/*")
public class TaskServlet extends HttpServlet {
  private static final String NEW = "new";

  @Inject Tasks tasks;
  @Inject TaskPages pages;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String number = number(request);
    String employee = Parameters.text(request, "employee");
    TaskForm form = Parameters.task(request);
    TaskPage page =
        number.equals(NEW) ? pages.fresh(employee, form, List.of()) : pages.shown(number, employee);
    Views.show(request, response, HttpServletResponse.SC_OK, "task", page);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String number = number(request);
    String employee = Parameters.text(request, "employee");
    TaskForm form = Parameters.task(request);
    String action = Parameters.text(request, "action");
    try {
      String said = act(number, action, form);
      String back = pages.back(employee);
      Views.redirect(request, response, back + "?said=" + said);
    } catch (InvalidForm invalid) {
      TaskPage page =
          number.equals(NEW)
              ? pages.fresh(employee, form, invalid.faults())
              : pages.invalid(number, employee, form, invalid.faults());
      Views.show(request, response, 422, "task", page);
    } catch (StaleForm stale) {
      TaskPage page =
          action.equals("save")
              ? pages.stale(number, employee, form)
              : pages.changed(number, employee);
      Views.show(request, response, HttpServletResponse.SC_CONFLICT, "task", page);
    }
  }

  /** Returns the word for it. */
  private String act(String number, String action, TaskForm form) {
    if (number.equals(NEW)) {
      tasks.add(form);
      return "added";
    }
    return switch (action) {
      case "done" -> {
        tasks.complete(number, form.version());
        yield "done";
      }
      case "delete" -> {
        tasks.delete(number, form.version());
        yield "deleted";
      }
      case "save" -> {
        tasks.edit(number, form);
        yield "saved";
      }
      default -> throw Problem.noPage();
    };
  }

  private static String number(HttpServletRequest request) {
    String[] path = Parameters.path(request);
    if (path.length != 1) {
      throw Problem.noPage();
    }
    return path[0];
  }
}
