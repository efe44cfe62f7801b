// Runs before the first paint, so that a thread opens at its end without a jump.
document.getElementById("thread").scrollTop = document.getElementById("thread").scrollHeight;
