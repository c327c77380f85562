package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What a person does in the project manager with a browser; every wait has a hard limit. */
final class Person {
  private final ChromeDriver driver;
  private final WebDriverWait wait;
  private final URI home;

  Person(ChromeDriver driver, WebDriverWait wait, URI home) {
    this.driver = driver;
    this.wait = wait;
    this.home = home;
  }

  void go(String path) {
    driver.get(home.resolve(path).toString());
  }

  /** On the page of all people. */
  String nameOf(int employee) {
    return driver
        .findElement(By.cssSelector(".people a[href$='/employees/" + employee + "'] b"))
        .getText();
  }

  /** Makes a project for that employee alone. */
  void add(int employee, String title) {
    go("tasks/new?employee=%d&assignee=%d".formatted(employee, employee));
    write("title", title);
    write("estimate", "3");
    press("save");
    assertThat(text(".said")).isEqualTo("The task was added.");
  }

  /** Follows the link to a task. */
  void click(String link) {
    driver.findElement(By.linkText(link)).click();
    wait.until(ExpectedConditions.urlContains("/tasks/"));
  }

  /** In place of what is in that field. */
  void write(String field, String text) {
    WebElement input = driver.findElement(By.id(field));
    input.clear();
    input.sendKeys(text);
  }

  /** The button for that, and waits for the next page. */
  void press(String action) {
    WebElement button = driver.findElement(By.cssSelector("button[value=" + action + "]"));
    button.click();
    wait.until(ExpectedConditions.stalenessOf(button));
  }

  /** The switch of the source. */
  void turn(String state) {
    driver.findElement(By.cssSelector("#turn[value=" + state + "]")).click();
    wait.until(ExpectedConditions.urlContains("said=" + state));
  }

  /** What is seen of that element. */
  String text(String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  /** Wherever the focus is. */
  void type(CharSequence keys) {
    driver.switchTo().activeElement().sendKeys(keys);
  }

  void tab() {
    type(Keys.TAB);
  }

  /** Goes on by the keyboard until the focus is on what is called so. */
  void tabTo(String label) {
    List<String> passed = new ArrayList<>();
    do {
      tab();
      Accessibility.Focus at = Accessibility.focus(driver);
      passed.add(at == null ? "the end" : at.label());
      assertThat(passed).doesNotContain("the end");
    } while (!passed.get(passed.size() - 1).startsWith(label));
  }
}
