// The link to choose a password: takes the code that stands after the #, so that no user has to type it.

const code = document.getElementById("id_code");
const field = document.getElementById("field-code");

function takeCode() {
  const given = decodeURIComponent(location.hash.slice(1));
  if (!given) return;
  code.value = given;
  field.hidden = true;
}

if (code.value && !field.querySelector(".field__errors")) field.hidden = true;
takeCode();
addEventListener("hashchange", takeCode);
