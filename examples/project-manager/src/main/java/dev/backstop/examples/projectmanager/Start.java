package dev.backstop.examples.projectmanager;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Makes the company and opens the news when the application starts, not when the first one asks.
 */
@WebListener
public class Start implements ServletContextListener {
  @Inject Company company;
  @Inject NewsServer news;

  @Override
  public void contextInitialized(ServletContextEvent event) {
    company.requireOpen();
    news.requireOpen();
  }
}
